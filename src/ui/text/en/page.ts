import { format } from './format.ts'

/** The frame of the page: header, panes, notices. */
export const page = {
  name: 'Netfilter Lab',
  title: 'Netfilter Lab: see a packet cross Linux NAT',
  skip: 'Skip to the picture',
  skipTerminal: 'Skip to the terminal',
  lesson: 'Lesson',
  sandbox: 'Sandbox',
  mode: 'Mode',
  language: 'Language',
  /** Shown on the switch: the other language, in its own words. */
  otherLanguage: '中文',
  switchLanguage: 'Read this page in Chinese',
  theme: 'Theme',
  themes: { auto: 'as the system', light: 'light', dark: 'dark' },
  themeIs: (p: { theme: string }) => `Theme: ${p.theme}`,
  help: 'Help',
  close: 'Close',
  loading: 'Opening the lab …',
  regions: {
    lesson: 'Lesson',
    journey: 'Journey',
    picture: 'The packet’s road',
    topology: 'Network',
    terminal: 'Terminal',
    table: 'Table',
    knobs: 'Knobs',
    drops: 'Drops',
  },
  panes: 'Panes',
  openLarger: 'Open in a window of its own',
  mainThread: 'The simulator runs inside the page here, because no worker could be started.',
  failures: {
    'unknown-lab': (p: { detail: string }) => `There is no lab called “${p.detail}”.`,
    'unknown-host': (p: { detail: string }) => `There is no host called “${p.detail}”.`,
    'bad-request': (p: { detail: string }) => `The simulator could not do that: ${p.detail}`,
    internal: (p: { detail: string }) => `The simulator made a mistake of its own: ${p.detail}`,
  },
  entries: (n: number) => format.plural(n, { one: '# entry', other: '# entries' }),
}
