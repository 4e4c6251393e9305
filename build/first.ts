/** What the page's builds say about the code that comes before anything else. */

/**
 * Svelte's modules that only panes which come later use. A bundler sees that the first page imports Svelte's index, and
 * with it every module, but not that it needs none of these.
 */
const SVELTE_LATER =
  /\/svelte\/src\/(?:easing|internal\/client\/(?:loop|timing)|internal\/client\/dom\/(?:blocks\/(?:key|snippet|svelte-element)|elements\/(?:attachments|transitions|bindings\/(?:input|select|universal))))\b/

export const comesLater = (id: string): boolean => SVELTE_LATER.test(id.replaceAll('\\', '/'))

/**
 * None of these does anything when it is loaded, so that the page does not load them for that either. No element of the
 * page is one of Svelte's own custom elements; they would be kept because they define a class.
 */
export const treeshake = {
  moduleSideEffects: [
    { test: SVELTE_LATER, sideEffects: false },
    { test: /\/svelte\/src\/internal\/client\/dom\/elements\/custom-element\.js$/, sideEffects: false },
  ],
}
