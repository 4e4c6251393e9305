import type { Group } from '../../palette/commands.ts'
import type { Edge } from '../../panes/panes.svelte.ts'
import { format } from './format.ts'

const groups: Record<Group, string> = {
  time: 'Time',
  views: 'Views',
  panes: 'Panes',
  hosts: 'Hosts',
  labs: 'Labs',
  lessons: 'Lessons',
  page: 'Page',
  knobs: 'Settings',
  glossary: 'Glossary',
  controls: 'On the page now',
}

const edges: Record<Edge, string> = {
  left: 'the side with the text',
  right: 'the side with the table',
  terminal: 'the terminal',
}

export const palette = {
  title: 'Find and do',
  open: 'Find',
  openKeys: 'Find and do anything by name (Ctrl K)',
  label: 'What do you want to do?',
  hint: 'a few letters of a name: “masq”, “next drop”, “lesson 12”',
  list: 'Matches',
  found: 'Best matches first',
  none: 'Nothing here has a name like that.',
  count: (p: { n: number }) => format.plural(p.n, { one: '# match', other: '# matches' }),
  keys: '↑ ↓ choose · Enter runs it · Esc closes',
  groups,
  view: (p: { name: string }) => `View: ${p.name}`,
  pane: (p: { name: string }) => `Pane: ${p.name}`,
  hide: (p: { name: string }) => `Hide ${p.name}`,
  show: (p: { name: string }) => `Show ${p.name}`,
  reset: 'Reset all panes',
  edges,
  carry: {
    take: 'Take the lab with you: link, files',
    bring: 'Bring your own rules and addresses',
    ask: 'Ask: would this packet pass?',
  },
  course: 'The course: all lessons, progress',
  host: (p: { name: string }) => `Host: ${p.name}`,
  lab: (p: { name: string }) => `Open the lab: ${p.name}`,
  lesson: (p: { name: string }) => `Open the lesson: ${p.name}`,
  knob: (p: { name: string }) => `Set ${p.name}`,
  split: {
    names: {
      left: 'Width of the side with the text',
      right: 'Width of the side with the table',
      terminal: 'Height of the terminal',
    },
    title: 'Drag, or use the arrow keys. Enter hides and shows, a double click resets.',
    size: (p: { n: number }) => `${format.number(p.n)} pixels`,
    hidden: 'hidden',
  },
}
