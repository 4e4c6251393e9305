/** The images that are on the host. None is fetched from anywhere. */
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
    // The article never says who has set it; the image may, as it runs with --privileged.
    sysctl: [['net.netfilter.nf_conntrack_max', '1000']],
  },
  { repository: 'feisky/nginx', tag: '80', id: '3c5b27f4c1e9', program: 'nginx', port: 80, sysctl: [] },
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
