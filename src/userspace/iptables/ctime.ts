/** The lab's date. Nobody's clock is asked: at lab time 0 it is midnight, Monday the 23rd of November 2026. */
/** Lab time 0 in seconds since 1970. */
export const EPOCH = 1_795_392_000

const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

function daysIn(month: number, year: number): number {
  if (month === 1) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28
  return [3, 5, 8, 10].includes(month) ? 30 : 31
}

/** As ctime(3) writes it, without the newline. `now`: lab time, microseconds. */
export function ctime(now: number): string {
  const seconds = Math.floor(now / 1_000_000)
  const days = Math.floor(seconds / 86400)
  let day = 23 + days
  let month = 10
  let year = 2026
  while (day > daysIn(month, year)) {
    day -= daysIn(month, year)
    month = (month + 1) % 12
    if (month === 0) year++
  }
  const two = (n: number): string => String(n).padStart(2, '0')
  const time = `${two(Math.floor(seconds / 3600) % 24)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`
  return `${DAYS[days % 7]} ${MONTHS[month]} ${String(day).padStart(2)} ${time} ${year}`
}

/** As Docker writes a time: RFC 3339 with nanoseconds, in UTC. `now`: lab time, microseconds. */
export function rfc3339(now: number): string {
  const [, month, day, time, year] = ctime(now).split(/ +/)
  const two = (n: number): string => String(n).padStart(2, '0')
  const part = String(Math.floor(now % 1_000_000)).padStart(6, '0')
  return `${year}-${two(MONTHS.indexOf(month) + 1)}-${two(Number(day))}T${time}.${part}000Z`
}
