import { describe, expect, test } from 'vitest'
import { bootLab, type Lab } from '../../src/lab/lab.ts'
import { labs } from '../../src/lab/labs/index.ts'

const HOSTNET = 'docker run --name nginx-hostnet --privileged --network=host -itd feisky/nginx:80'
const NAT = 'docker run --name nginx --privileged -p 8080:8080 -itd feisky/nginx:nat'

function dockerLab(): { lab: Lab; on: (host: string, line: string) => string; status: () => number } {
  const spec = labs['docker']
  if (!spec) throw new Error('no docker lab')
  const lab = bootLab(spec, 1)
  let status = 0
  const on = (host: string, line: string): string => {
    const h = lab.hostIndex(host)
    const job = lab.execCaptured(h, line)
    const until = lab.state.now + 20e6
    for (;;) {
      const result = lab.result(h, job)
      if (result !== 'running') {
        status = result.status
        return result.stdout + result.stderr
      }
      if (lab.nextDue > until || !lab.step()) throw new Error(`still running: ${line}`)
    }
  }
  return { lab, on, status: () => status }
}

describe('docker', () => {
  test('a container in the network of its host answers there, without a DNAT rule', () => {
    const { on } = dockerLab()
    expect(on('vm1', HOSTNET)).toMatch(/^[0-9a-f]{64}\n$/)
    expect(on('vm2', 'curl -s http://192.168.0.30/')).toMatch(
      /<p><em>Thank you for using nginx\.<\/em><\/p>\n<\/body>\n<\/html>\n$/,
    )
    expect(on('vm1', 'iptables -t nat -S DOCKER')).not.toContain('DNAT')
    expect(on('vm1', 'docker rm -f nginx-hostnet')).toBe('nginx-hostnet\n')
    expect(on('vm2', 'curl -sS http://192.168.0.30/')).toContain('Failed to connect')
  })

  test('-p publishes a port with the rules of the time', () => {
    const { on } = dockerLab()
    on('vm1', NAT)
    expect(on('vm1', 'iptables -t nat -S')).toBe(`-P PREROUTING ACCEPT
-P INPUT ACCEPT
-P OUTPUT ACCEPT
-P POSTROUTING ACCEPT
-N DOCKER
-A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER
-A OUTPUT ! -d 127.0.0.0/8 -m addrtype --dst-type LOCAL -j DOCKER
-A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE
-A POSTROUTING -s 172.17.0.2/32 -d 172.17.0.2/32 -p tcp -m tcp --dport 8080 -j MASQUERADE
-A DOCKER -i docker0 -j RETURN
-A DOCKER ! -i docker0 -p tcp -m tcp --dport 8080 -j DNAT --to-destination 172.17.0.2:8080
`)
    expect(on('vm1', 'iptables -S DOCKER')).toBe(
      '-N DOCKER\n-A DOCKER -d 172.17.0.2/32 ! -i docker0 -o docker0 -p tcp -m tcp --dport 8080 -j ACCEPT\n',
    )
    expect(on('vm2', 'curl -s http://192.168.0.30:8080/')).toContain('Thank you for using nginx.')
    expect(on('vm1', 'conntrack -L 2>/dev/null')).toContain('src=172.17.0.2 dst=192.168.0.2')
    on('vm1', 'docker rm -f nginx')
    expect(on('vm1', 'iptables -t nat -S')).not.toContain('172.17.0.2')
  })

  test('the privileged image leaves a small table behind, and another one does not', () => {
    const { on } = dockerLab()
    on('vm1', NAT)
    expect(on('vm1', 'sysctl net.netfilter.nf_conntrack_max')).toBe('net.netfilter.nf_conntrack_max = 1000\n')
    const other = dockerLab()
    other.on('vm1', NAT.replace('--privileged ', ''))
    expect(other.on('vm1', 'sysctl -n net.netfilter.nf_conntrack_max')).not.toBe('1000\n')
  })

  test('the image for the network of its host leaves a table that no load fills', () => {
    const { on } = dockerLab()
    on('vm1', HOSTNET)
    expect(on('vm1', 'sysctl -n net.netfilter.nf_conntrack_max')).toBe('10485760\n')
  })

  test('ps, stop, start and rm', () => {
    const { on, status } = dockerLab()
    on('vm1', NAT)
    const [head, row] = on('vm1', 'docker ps').split('\n')
    expect(head).toMatch(/^CONTAINER ID {3}IMAGE +COMMAND +CREATED +STATUS +PORTS +NAMES$/)
    expect(row).toMatch(
      /^[0-9a-f]{12} {3}feisky\/nginx:nat {3}"nginx -g 'daemon of…" {3}Less than a second ago/,
    )
    expect(on('vm1', 'docker rm nginx')).toContain('cannot remove container "nginx": container is running')
    expect(status()).toBe(1)
    expect(on('vm1', 'docker stop nginx')).toBe('nginx\n')
    expect(on('vm2', 'curl -sS -m 5 http://192.168.0.30:8080/')).not.toContain('Thank you')
    expect(on('vm1', 'docker start nginx')).toBe('nginx\n')
    expect(on('vm2', 'curl -s http://192.168.0.30:8080/')).toContain('Thank you')
  })

  test.each([
    [
      'docker run',
      "docker: 'docker run' requires at least 1 argument\n\nUsage:  docker run [OPTIONS] IMAGE [COMMAND] [ARG...]\n\nSee 'docker run --help' for more information\n",
      1,
    ],
    [
      'docker run --foo x',
      "unknown flag: --foo\n\nUsage:  docker run [OPTIONS] IMAGE [COMMAND] [ARG...]\n\nRun 'docker run --help' for more information\n",
      125,
    ],
    [
      'docker run -p 99999:80 nginx',
      "docker: invalid hostPort: 99999\n\nRun 'docker run --help' for more information\n",
      125,
    ],
    ['docker foo', "docker: unknown command: docker foo\n\nRun 'docker --help' for more information\n", 1],
    ['docker rm x', 'Error response from daemon: No such container: x\n', 1],
    [
      'docker ps --foo',
      "unknown flag: --foo\n\nUsage:  docker ps [OPTIONS]\n\nRun 'docker ps --help' for more information\n",
      125,
    ],
  ])('%s says what the client says', (line, text, code) => {
    const { on, status } = dockerLab()
    expect(on('vm1', line)).toBe(text)
    expect(status()).toBe(code)
  })

  test('restart begins a container anew, with its rules; what the lab has not says what to do instead', () => {
    const { on, status } = dockerLab()
    on('vm1', NAT)
    const rules = on('vm1', 'iptables -t nat -S; iptables -S')
    on('vm1', 'sysctl -w net.netfilter.nf_conntrack_max=5000')
    expect(on('vm1', 'docker restart nginx')).toBe('nginx\n')
    expect(on('vm1', 'iptables -t nat -S; iptables -S')).toBe(rules)
    expect(on('vm1', 'sysctl -n net.netfilter.nf_conntrack_max')).toBe('1000\n')
    expect(on('vm2', 'curl -s http://192.168.0.30:8080/')).toContain('Thank you for using nginx.')
    expect(on('vm1', 'docker restart nosuch')).toContain('No such container: nosuch\n')
    expect(on('vm1', 'docker stats')).toMatch(/^docker stats: not in this lab: perf record/)
    expect(status()).toBe(1)
  })

  test('where there is no daemon there is nothing to talk to', () => {
    const { on } = dockerLab()
    expect(on('vm2', 'docker ps')).toBe(
      'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?\n',
    )
  })
})

describe('docker-proxy', () => {
  test('stands at the published port, and carries what the host sends to 127.0.0.1', () => {
    const { on, status } = dockerLab()
    on('vm1', NAT)
    expect(on('vm1', 'ss -ltnp')).toMatch(
      /LISTEN .* 0\.0\.0\.0:8080 .*users:\(\("docker-proxy",pid=\d+,fd=4\)\)/,
    )
    // The rule of OUTPUT leaves 127.0.0.0/8 alone: it is the proxy that the request meets.
    const asked = 'conntrack -L 2>/dev/null | grep -c 127.0.0.1'
    expect(on('vm1', 'curl -s http://127.0.0.1:8080/')).toContain('Thank you for using nginx.')
    expect(on('vm1', asked)).toBe('1\n')
    expect(on('vm1', 'conntrack -L 2>/dev/null')).toMatch(/src=172\.17\.0\.1 dst=172\.17\.0\.2 .*dport=8080/)
    on('vm1', 'docker rm -f nginx')
    expect(on('vm1', 'ss -Hltn')).toBe('')
    expect(on('vm1', 'curl -sS http://127.0.0.1:8080/')).toContain('Failed to connect')
    expect(status()).toBe(7)
  })

  test('without the DNAT rule the proxy carries what comes from outside, too', () => {
    const { on } = dockerLab()
    on('vm1', NAT)
    on('vm1', 'iptables -t nat -F DOCKER')
    expect(on('vm2', 'curl -s http://192.168.0.30:8080/')).toContain('Thank you for using nginx.')
    // nginx sees the host, not the client.
    expect(on('vm1', 'conntrack -L 2>/dev/null')).toMatch(/src=172\.17\.0\.1 dst=172\.17\.0\.2/)
  })
})

describe('docker exec and inspect', () => {
  test('a program that ends at once runs in the namespace of the container', () => {
    const { on, status } = dockerLab()
    on('vm1', NAT)
    expect(on('vm1', 'docker exec nginx ip -o -4 addr show eth0')).toContain('inet 172.17.0.2/16')
    expect(on('vm1', 'docker exec nginx ss -ltn')).toContain('0.0.0.0:8080')
    expect(on('vm1', 'docker exec nginx cat /proc/sys/net/ipv4/ip_forward')).toBe('0\n')
    expect(on('vm1', 'docker exec -it nginx sh')).toContain('terminal')
    expect(status()).toBe(126)
    expect(on('vm1', 'docker exec nginx nope')).toContain('executable file not found in $PATH')
    expect(status()).toBe(127)
  })

  test.each([
    ["-f '{{.NetworkSettings.IPAddress}}'", '172.17.0.2'],
    ["--format='{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}'", '172.17.0.2'],
    ["-f '{{json .HostConfig.Privileged}} {{.Name}}'", 'true /nginx'],
    ["-f '{{.Nothing}}'", '<no value>'],
  ])('docker inspect %s', (options, shown) => {
    const { on } = dockerLab()
    on('vm1', NAT)
    expect(on('vm1', `docker inspect ${options} nginx`)).toBe(`${shown}\n`)
  })

  test('docker logs has a line for each request, from whoever sent it, before and after a restart', () => {
    const { on, status } = dockerLab()
    on('vm1', NAT)
    expect(on('vm1', 'docker logs nginx')).toBe('')
    on('vm2', 'curl -s http://192.168.0.30:8080/')
    on('vm2', `curl -s -A 'a "b"' http://192.168.0.30:8080/none`)
    const lines = on('vm1', 'docker logs nginx').split('\n')
    expect(lines).toEqual([
      expect.stringMatching(
        /^192\.168\.0\.2 - - \[23\/Nov\/2026:00:00:\d\d \+0000\] "GET \/ HTTP\/1\.1" 200 \d+ "-" "curl\/[\d.]+" "-"$/,
      ),
      expect.stringMatching(/"GET \/none HTTP\/1\.1" 404 \d+ "-" "a \\x22b\\x22" "-"$/),
      '',
    ])
    on('vm1', 'docker stop nginx')
    expect(on('vm1', 'docker logs nginx').split('\n')).toEqual(lines)
    on('vm1', 'docker start nginx')
    on('vm2', 'ab -q -k -n 1100 http://192.168.0.30:8080/')
    const after = on('vm1', 'docker logs -t nginx').split('\n')
    // Of a worker, the last thousand.
    expect(after).toHaveLength(1003)
    expect(after[0]).toMatch(/^2026-11-23T00:00:\d\d\.\d{6}000Z 192\.168\.0\.2 - /)
    expect(on('vm1', 'docker logs --tail 1 nginx')).toContain(
      '"GET / HTTP/1.0" 200 592 "-" "ApacheBench/2.3" "-"',
    )
    expect(on('vm1', 'docker logs -n 2 nginx').split('\n')).toHaveLength(3)
    expect(on('vm1', 'docker logs --since 1h nginx')).toContain('unknown flag: --since')
    on('vm1', 'docker rm -f nginx')
    expect(on('vm1', 'docker logs nginx')).toContain('No such container: nginx')
    expect(status()).toBe(1)
    expect(on('vm1', 'ls /var/lib/docker')).not.toContain('log')
  })
})
