/**
 * The images that are on the host. None is fetched from anywhere.
 *
 * The article's two (nat/ of github.com/feiskyer/linux-perf-examples) write nf_conntrack_max before they begin, as they may with
 * --privileged. Their nginx has one process that serves, with 1024 connections; here it has two, with as many as they like, as
 * in the recordings. With one and 1024 the article's figures do not come out: where ab is what is slow, nginx hangs up on 97 of
 * 100 connections before they have asked; where nginx is slow, SYN cookies let in thousands whom nobody accepts, and `ab -s 2`
 * gives up shortly before its end. What let the article's runs pass between the two is not known. That its machine had few
 * connections and many that waited can be seen from its figures: 204 ms for a request, at 6576 a second, are 1341 of 5000;
 * and 0.7 % of its bytes are missing without NAT, 4.4 % with NAT, as if that many requests had been hung up on.
 */
export interface Image {
  repository: string
  tag: string
  id: string
  program: 'nginx' | 'dnsmasq'
  /** Port at which it listens. */
  port: number
  /** What it does to its host when it may (--privileged): sysctls. */
  sysctl: [name: string, value: string][]
}

export const IMAGES: readonly Image[] = [
  {
    repository: 'feisky/nginx',
    tag: 'nat',
    id: 'd0d1ca5b6a1f',
    program: 'nginx',
    port: 8080,
    sysctl: [['net.netfilter.nf_conntrack_max', '1000']],
  },
  {
    repository: 'feisky/nginx',
    tag: '80',
    id: '3c5b27f4c1e9',
    program: 'nginx',
    port: 80,
    sysctl: [['net.netfilter.nf_conntrack_max', '10485760']],
  },
  {
    repository: 'andyshinn/dnsmasq',
    tag: 'latest',
    id: '5f5a1f1b2c3e',
    program: 'dnsmasq',
    port: 53,
    sysctl: [],
  },
  { repository: 'nginx', tag: 'latest', id: '605c77e624dd', program: 'nginx', port: 80, sysctl: [] },
]

export function findImage(name: string): Image | undefined {
  const [repository, tag = 'latest'] = name.split(':')
  return IMAGES.find((image) => image.repository === repository && image.tag === tag)
}
