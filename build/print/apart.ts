/** Makes the pages to print and sends them to the process that has started this one (plugin.ts). */
import { makePages } from './pages.ts'

const pages = [...(await makePages('lessons'))]
process.send?.(pages)
