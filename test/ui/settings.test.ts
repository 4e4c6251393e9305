import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { settingGroups } from '../../src/ui/settings/settings.ts'
import { settingsText } from '../../src/ui/text/settings.ts'

const groups = settingGroups()
const all = groups.flatMap((g) => g.settings)

test('every setting has its sentence in both languages, and no sentence is left over', () => {
  for (const t of Object.values(settingsText)) {
    expect(Object.keys(t.does).sort()).toEqual(all.map((s) => s.id).sort())
    expect(Object.keys(t.groups)).toEqual(groups.map((g) => g.id))
  }
})

test('a setting that is not said to be without effect is read somewhere in the model', () => {
  const source = ['src/kernel', 'src/userspace', 'src/lab']
    .flatMap((dir) => readdirSync(dir, { recursive: true, encoding: 'utf8' }).map((f) => join(dir, f)))
    .filter((f) => f.endsWith('.ts') && !/kernel.(sysctl|article)\.ts$/.test(f))
    .map((f) => readFileSync(f, 'utf8'))
    .join('\n')
  // TCP's and SCTP's timeouts are put together of their states.
  const isMade = (name: string): boolean => /_(tcp|sctp)_timeout_/.test(name)
  for (const { name, isIdle } of all) {
    const last = name.replace(
      /^net\.(netfilter\.nf_conntrack_|bridge\.bridge-nf-|core\.|ipv4\.(conf\.\*\.)?)/,
      '',
    )
    if (isIdle) expect(source, name).not.toContain(`'${last}'`)
    else if (!isMade(name)) expect(source, name).toContain(last)
  }
})

test('defaults are those of the two periods', () => {
  const of = (name: string) => all.find((s) => s.name.endsWith(name))
  expect(of('udp_timeout_stream')).toMatchObject({ modern: 120, article: 180, unit: 's', access: 'any' })
  expect(of('tcp_ignore_invalid_rst')).toMatchObject({ modern: 0, article: null, range: [0, 1] })
  expect(of('conntrack_count')).toMatchObject({ access: 'nobody', isSized: false })
  expect(of('conntrack_buckets')).toMatchObject({ access: 'first', isSized: true })
  expect(of('ipv4.conf.*.send_redirects')).toMatchObject({ modern: 1, article: 1 })
  expect(of('core.somaxconn')).toMatchObject({ modern: 4096, article: 128 })
})
