import { mount } from 'svelte'
import { createLabClient, type LabClient } from '../lab/client.ts'
import { LAB_NAMES } from '../lab/labs/index.ts'
import App from './App.svelte'
import { setLanguage } from './text/index.ts'
import './theme.css'
import { rememberedTheme, setTheme } from './theme.svelte.ts'
import { readAddress } from './url.ts'
import { languageFor } from './workbench.svelte.ts'

const target = document.getElementById('app')
if (!target) throw new Error('index.html has no #app')

/** The names of the folders; what is in them is fetched when a lesson is opened. */
const lessons = Object.keys(import.meta.glob('/lessons/*/lesson.ts')).flatMap(
  (path) => path.split('/').at(-2) ?? [],
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

const address = () => readAddress(location.search, location.hash).settings
const settings = address()
const { page } = settings
// Several pages share this one: who goes from one to the other by hand begins anew.
window.addEventListener('hashchange', () => {
  if (address().page !== page) location.reload()
})
const client = page !== null ? null : soon(createLabClient())
await setLanguage(languageFor(settings))
if (client !== null) mount(App, { target, props: { client, names: { lessons, labs: LAB_NAMES } } })
else {
  setTheme(settings.theme ?? rememberedTheme())
  if (page === 'model') mount((await import('./model/ModelPage.svelte')).default, { target })
  else mount((await import('./settings/SettingsPage.svelte')).default, { target })
}
