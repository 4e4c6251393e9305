import { serve, openPage, mainTasks } from '/work/wt/slices/test/bench/browser.ts'
const LINES: [string,string,string][] = [
  ['gateway','pc1','curl http://baidu.com/'],
  ['gateway','pc1','for i in $(seq 10); do curl -s http://baidu.com/ >/dev/null; done'],
  ['gateway','pc1','for i in $(seq 100); do curl -s http://baidu.com/ >/dev/null; done'],
  ['gateway','gateway','while true; do :; done'],
  ['gateway','gateway','seq 100000 | sort | tail -1'],
  ['gateway','gateway','seq 100000 | tac | head -1'],
  ['gateway','gateway',"seq 100000 | grep 7 | sed 's/7/x/' | cut -c1-3 | tr 1 2 | uniq | wc"],
  ['gateway','gateway',"seq 100000 | awk '{s[$1%1000]+=$1} END {for (i in s) print i, s[i]}' | sort -n | tail -1"],
  ['gateway','gateway','x=$(seq 100000); echo ${#x}'],
  ['gateway','gateway','for i in $(seq 100000); do :; done'],
  ['gateway','gateway','seq 30000'],
  ['gateway','gateway','sysctl -a'],
  ['gateway','gateway','sysctl -a | grep conntrack'],
  ['gateway','gateway','for i in $(seq 400); do iptables -A FORWARD -s 10.0.0.$((i%250)) -p tcp --dport $i -j ACCEPT; done'],
  ['gateway','gateway','iptables -S | wc -l; iptables -nvL | wc -l; iptables-save | wc -l'],
  ['gateway','gateway','for i in $(seq 2000); do conntrack -I -s 10.0.$((i/250)).$((i%250)) -d 1.2.3.4 -p udp --sport 5 --dport 6 -t 30000; done 2>/dev/null'],
  ['gateway','gateway',"conntrack -L 2>/dev/null | awk '{print $1}' | sort | uniq -c"],
  ['gateway','gateway','conntrack -L | head -3'],
  ['gateway','gateway','cat /proc/net/nf_conntrack | wc'],
]
const only = process.argv[2]
const site = await serve()
try {
  const page = await openPage(site, '?lab=gateway#lang=en', false)
  await page.waitForTimeout(3000)
  for (const [, host, line] of LINES) {
    if (only && !only.split('@').some((o) => line.includes(o))) continue
    for (let round = 0; round < Number(process.argv[3] ?? 3); round++) {
    await page.locator('[role=tab]', { hasText: new RegExp('^' + host) }).first().click().catch(()=>undefined)
    const box = page.getByRole('textbox', { name: `Command for ${host}` })
    const tasks = await mainTasks(site, page, async () => {
      await box.fill(line)
      await box.press('Enter')
      await page.waitForTimeout(150)
      await page.waitForFunction(() => ![...document.querySelectorAll('button')].some((b) => b.textContent?.trim() === 'Ctrl-C' && b.offsetParent !== null), undefined, { timeout: 30000, polling: 100 }).catch(() => undefined)
      await page.waitForTimeout(200)
    })
    const top = [...tasks].sort((a, b) => b.cpu - a.cpu)
    console.log(`${line.slice(0, 56).padEnd(56)} r${round} n>8 ${top.filter((t) => t.cpu > 8).length}/${top.length} cpu(script) ${top.slice(0, 5).map((t) => `${t.cpu.toFixed(1)}(${t.script.toFixed(1)})`).join(' ')} scripts>8 ${tasks.filter(t=>t.script>8).length} max ${Math.max(...tasks.map(t=>t.script)).toFixed(1)}`)
    }
  }
} finally { await site.close() }
