/** What the reader has marked on the page last: a word in the terminal, say. Whoever has no keyboard answers with it. */

/** Characters of an answer; what is longer was marked for something else. */
const LONGEST = 80

class Marked {
  text = $state('')

  constructor() {
    document.addEventListener('selectionchange', () => {
      const selection = document.getSelection()
      // What is marked in a field is being edited; and a tap that was to take what was marked may have let go of it first: it
      // stays until something else is.
      if (selection === null || selection.isCollapsed) return
      const text = selection.toString().trim()
      if (text !== '' && text.length <= LONGEST && !text.includes('\n')) this.text = text
    })
  }
}

export const marked = new Marked()
