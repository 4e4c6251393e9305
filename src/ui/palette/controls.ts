/** The controls that are on the page now, by the names that a screen reader says. */
export interface Control {
  name: string
  element: HTMLElement
}

const CONTROLS =
  'button, a[href], input, select, textarea, summary, [role=tab], [role=slider], [role=separator], [role=grid][tabindex], [role=region][tabindex]'

export function controlsOn(root: ParentNode): Control[] {
  const seen = new Set<string>()
  const found: Control[] = []
  for (const element of root.querySelectorAll<HTMLElement>(CONTROLS)) {
    if (element.closest('dialog') || !element.checkVisibility() || element.matches(':disabled')) continue
    const name = nameOf(element)
    if (name === '' || seen.has(name)) continue
    seen.add(name)
    found.push({ name, element })
  }
  return found
}

/** Puts the focus there; what can be pressed is pressed. */
export function use({ element }: Control): void {
  element.scrollIntoView({ block: 'nearest' })
  element.focus()
  if (element.matches('button, a, summary, [role=tab], [type=checkbox], [type=radio]')) element.click()
}

function nameOf(element: HTMLElement): string {
  const by = element.getAttribute('aria-labelledby')?.split(/\s+/) ?? []
  const said = by.map((id) => document.getElementById(id)?.textContent ?? '').join(' ')
  const name =
    said.trim() ||
    element.getAttribute('aria-label') ||
    labelOf(element) ||
    (element.matches('input, select, textarea') ? '' : ownText(element)) ||
    element.title ||
    element.getAttribute('placeholder') ||
    ''
  const short = name.replace(/\s+/g, ' ').trim()
  return short.length > 90 ? `${short.slice(0, 89)}…` : short
}

/** The words of its label, without what stands in it to be chosen. */
function labelOf(element: HTMLElement): string {
  if (!('labels' in element)) return ''
  const labels = element.labels as NodeListOf<HTMLLabelElement> | null
  return [...(labels ?? [])].map(ownText).join(' ').trim()
}

function ownText(element: HTMLElement): string {
  const copy = element.cloneNode(true) as HTMLElement
  for (const inner of copy.querySelectorAll('select, input, textarea, button, [aria-hidden=true]'))
    inner.remove()
  return copy.textContent
}
