/** As printf's `%5d`. */
export function pad(value: number | string, width: number): string {
  return String(value).padStart(width)
}
