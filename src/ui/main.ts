import { mount } from 'svelte'
import { createLabClient, type LabClient } from '../lab/client.ts'
import { LAB_NAMES } from '../lab/labs/index.ts'
import App from './App.svelte'
import { lessonsHere } from './place.ts'
import { setLanguage } from './text/index.ts'
import './theme.css'
import { rememberedTheme, setTheme } from './theme.svelte.ts'
import { readHere } from './url.ts'
import { languageFor } from './workbench.svelte.ts'

const target = document.getElementById('app')
if (!target) throw new Error('index.html has no #app')

/** The names of the folders; what is in them is fetched when a lesson is opened. */
const lessons = lessonsHere(
  Object.keys(import.meta.glob('/lessons/*/lesson.ts')).flatMap((path) => path.split('/').at(-2) ?? []),
)

/** The page is drawn while its lab is still coming. */
function soon(coming: Promise<LabClient>): LabClient {
  let there: LabClient | null = null
  void coming.then((client) => (there = client))
  return {
    ask: async (request) => (await coming).ask(request),
    get where() {
      return there?.where ?? 'worker'
    },
    coming: coming.catch(() => null),
    close: () => void coming.then((client) => client.close()),
  }
}

const names = { lessons, labs: LAB_NAMES }

async function start(at: HTMLElement): Promise<void> {
  const address = await readHere(names)
  const { settings } = address
  const { page } = settings
  // Several pages share this one: who goes from one to the other by hand begins anew.
  window.addEventListener('hashchange', () => {
    void readHere(names).then(({ settings: now }) => {
      if (now.page !== page) location.reload()
    })
  })
  if (page === null && settings.start === 'click')
    await (await import('./address/cover.ts')).cover(at, settings)
  const client = page !== null ? null : soon(createLabClient())
  await setLanguage(languageFor(settings))
  if (client !== null) mount(App, { target: at, props: { client, names, address } })
  else {
    setTheme(settings.theme ?? rememberedTheme())
    if (page === 'model') mount((await import('./model/ModelPage.svelte')).default, { target: at })
    else mount((await import('./settings/SettingsPage.svelte')).default, { target: at })
  }
}

void start(target)
