import { mount } from 'svelte'
import { createLabClient } from '../lab/client.ts'
import { labs } from '../lab/labs/index.ts'
import App from './App.svelte'
import './theme.css'

const target = document.getElementById('app')
if (!target) throw new Error('index.html has no #app')

/** The names of the folders; what is in them is fetched when a lesson is opened. */
const lessons = Object.keys(import.meta.glob('/lessons/*/lesson.ts')).flatMap(
  (path) => path.split('/').at(-2) ?? [],
)

mount(App, {
  target,
  props: { client: await createLabClient(), names: { lessons, labs: Object.keys(labs) } },
})
