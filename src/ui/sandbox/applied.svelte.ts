/** Faults that have been made and not yet been mended: they outlive the pane that shows them, not the lab. */
import type { Fault } from '../faults.ts'

class Applied {
  private of = $state.raw<{ opening: number; faults: readonly Fault[] }>({ opening: -1, faults: [] })

  list(opening: number): readonly Fault[] {
    return this.of.opening === opening ? this.of.faults : []
  }

  add(opening: number, fault: Fault): void {
    this.of = { opening, faults: [...this.list(opening), fault] }
  }

  remove(opening: number, fault: Fault): void {
    this.of = { opening, faults: this.list(opening).filter((f) => f !== fault) }
  }
}

export const applied = new Applied()
