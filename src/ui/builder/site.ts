/** The folder of this copy of the lab, with a slash at its end, from the address of any of its pages. */
export function siteOf(href: string): string {
  const page = href.replace(/[?#].*$/s, '')
  const lesson = /^(.*\/)e\/[a-z0-9-]+\/(?:(?:en|zh)\/)?(?:[a-z0-9-]+\/)?(?:index\.html)?$/.exec(page)
  return lesson === null ? page.replace(/[^/]*$/, '') : lesson[1]
}
