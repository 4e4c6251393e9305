/**
 * Single letters as keys: whoever speaks to a computer, or hits keys by chance, can turn them off (WCAG 2.1.4). Kept in the
 * browser, where it may be.
 */
import { remember, remembered } from '../storage.ts'

class Shortcuts {
  letters = $state(remembered('letters') !== 'off')

  use(letters: boolean): void {
    this.letters = letters
    remember('letters', letters ? '' : 'off')
  }
}

export const shortcuts = new Shortcuts()
