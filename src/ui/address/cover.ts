/** A cover before the lab: nothing runs until somebody wants it. */
import { mount, unmount } from 'svelte'
import { language, setLanguage } from '../text/index.ts'
import { rememberedTheme, setTheme } from '../theme.svelte.ts'
import { titles } from '../titles.ts'
import type { Settings } from '../url.ts'
import { languageFor } from '../workbench.svelte.ts'
import Cover from './Cover.svelte'

/** Resolves when the reader has asked for what is below. */
export async function cover(target: HTMLElement, settings: Settings): Promise<void> {
  await setLanguage(languageFor(settings))
  setTheme(settings.theme ?? rememberedTheme())
  const head = titles.find(({ id }) => id === settings.lesson)?.head[language()] ?? null
  await new Promise<void>((resolve) => {
    const covering = mount(Cover, {
      target,
      props: {
        head,
        onstart: () => {
          void unmount(covering)
          resolve()
        },
      },
    })
  })
}
