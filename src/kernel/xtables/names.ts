/**
 * Names of protocols and services: what /etc/protocols and /etc/services say on a usual host, as far as anybody types
 * them. Left out: rarer protocols and services, which can be written as numbers and are printed as numbers.
 */

/** Those that iptables knows itself come first: they win. Linux: iptables, xtables_chain_protos */
const OWN_PROTOCOLS: readonly [string, number][] = [
  ['tcp', 6],
  ['sctp', 132],
  ['udp', 17],
  ['udplite', 136],
  ['icmp', 1],
  ['ipv6-icmp', 58],
  ['icmpv6', 58],
  ['esp', 50],
  ['ah', 51],
  ['mobility-header', 135],
  ['ipv6-mh', 135],
  ['mh', 135],
  ['all', 0],
]

const PROTOCOLS: readonly [string, number][] = (
  'ip 0,hopopt 0,igmp 2,ggp 3,ipencap 4,st 5,egp 8,igp 9,pup 12,hmp 20,xns-idp 22,rdp 27,iso-tp4 29,dccp 33,xtp 36,' +
  'ddp 37,idpr-cmtp 38,ipv6 41,ipv6-route 43,ipv6-frag 44,idrp 45,rsvp 46,gre 47,skip 57,ipv6-nonxt 59,ipv6-opts 60,' +
  'rspf 73,vmtp 81,eigrp 88,ospf 89,ax.25 93,ipip 94,etherip 97,encap 98,pim 103,ipcomp 108,vrrp 112,l2tp 115,' +
  'isis 124,fc 133,mpls-in-ip 137,manet 138,hip 139,shim6 140,wesp 141,rohc 142,ethernet 143'
)
  .split(',')
  .map((s) => [s.slice(0, s.indexOf(' ')), Number(s.slice(s.indexOf(' ') + 1))])

/** Second names of protocols that are not the first in capitals. */
const ALIASES = new Map<number, string>(
  (
    '4 IP-ENCAP,41 IPv6,43 IPv6-Route,44 IPv6-Frag,50 IPSEC-ESP,51 IPSEC-AH,58 IPv6-ICMP,59 IPv6-NoNxt,60 IPv6-Opts,' +
    '89 OSPFIGP,135 Mobility-Header,136 UDPLite,137 MPLS-in-IP,138 ,140 Shim6,143 Ethernet'
  )
    .split(',')
    .map((s): [number, string] => [parseInt(s, 10), s.slice(s.indexOf(' ') + 1)]),
)

/** The number of a protocol's name, or null. Linux: getprotobyname(3), after the names that iptables knows itself */
export function protocolNumber(name: string): number | null {
  for (const [n, proto] of OWN_PROTOCOLS) if (n === name) return proto
  for (const [n, proto] of PROTOCOLS) if (n === name) return proto
  for (const [n, proto] of [...OWN_PROTOCOLS, ...PROTOCOLS])
    if (n !== 'all' && (ALIASES.get(proto) ?? n.toUpperCase()) === name) return proto
  return null
}

/** The name of a protocol, or null. `own`: only those that iptables knows itself. */
export function protocolText(proto: number, own: boolean): string | null {
  for (const [n, p] of OWN_PROTOCOLS) if (p === proto) return n
  if (!own) for (const [n, p] of PROTOCOLS) if (p === proto) return n
  return null
}

/** `name port` for TCP and UDP alike; `name port/tcp` for one of them; `=` joins other names of the same service. */
const SERVICES =
  'tcpmux 1/tcp,echo 7,discard=sink=null 9,systat=users 11/tcp,daytime 13,netstat 15/tcp,qotd=quote 17/tcp,' +
  'chargen=ttytst=source 19,ftp-data 20/tcp,ftp 21/tcp,fsp=fspd 21/udp,ssh 22/tcp,telnet 23/tcp,smtp=mail 25/tcp,' +
  'time=timserver 37,whois=nicname 43/tcp,tacacs 49,domain 53,bootps 67/udp,bootpc 68/udp,tftp 69/udp,gopher 70/tcp,' +
  'finger 79/tcp,http=www 80/tcp,kerberos=kerberos5=krb5=kerberos-sec 88,pop3=pop-3 110/tcp,sunrpc=portmapper 111,' +
  'auth=authentication=tap=ident 113/tcp,nntp=readnews=untp 119/tcp,ntp 123/udp,epmap=loc-srv 135/tcp,' +
  'netbios-ns 137/udp,netbios-dgm 138/udp,netbios-ssn 139/tcp,imap2=imap 143/tcp,snmp 161,snmp-trap=snmptrap 162,' +
  'xdmcp 177/udp,bgp 179/tcp,ptp-event 319/udp,ptp-general 320/udp,ldap 389,svrloc 427,https 443,snpp 444/tcp,' +
  'microsoft-ds 445/tcp,kpasswd 464,submissions=ssmtp=smtps=urd 465/tcp,isakmp 500/udp,exec 512/tcp,biff=comsat 512/udp,' +
  'login 513/tcp,who=whod 513/udp,shell=cmd 514/tcp,syslog 514/udp,printer=spooler 515/tcp,talk 517/udp,ntalk 518/udp,' +
  'route=router=routed 520/udp,uucp=uucpd 540/tcp,klogin 543/tcp,kshell=krcmd 544/tcp,dhcpv6-client 546/udp,' +
  'dhcpv6-server 547/udp,afpovertcp 548/tcp,rtsp 554,nntps=snntp 563/tcp,submission 587/tcp,asf-rmcp 623/udp,' +
  'ipp 631/tcp,ldaps 636,ldp 646,kerberos-adm 749/tcp,domain-s 853,rsync 873/tcp,ftps-data 989/tcp,ftps 990/tcp,' +
  'telnets 992/tcp,imaps 993/tcp,pop3s 995/tcp,socks 1080/tcp,rmiregistry 1099/tcp,openvpn 1194,lotusnote 1352/tcp,' +
  'ms-sql-s 1433/tcp,ms-sql-m 1434/udp,l2f=l2tp 1701/udp,radius 1812,radius-acct=radacct 1813,cisco-sccp 2000/tcp,' +
  'nfs 2049,cvspserver 2401/tcp,dict 2628/tcp,gpsd 2947/tcp,icpv2=icp 3130/udp,isns 3205,iscsi-target 3260/tcp,' +
  'mysql 3306/tcp,ms-wbt-server 3389/tcp,nut 3493,distcc 3632/tcp,svn=subversion 3690/tcp,sieve 4190/tcp,epmd 4369/tcp,' +
  'ipsec-nat-t 4500/udp,iax 4569/udp,munin=lrrd 4949/tcp,sip 5060,sip-tls 5061,xmpp-client=jabber-client 5222/tcp,' +
  'xmpp-server=jabber-server 5269/tcp,mdns 5353/udp,postgresql=postgres 5432/tcp,rplay 5555/udp,nrpe 5666/tcp,' +
  'amqps 5671/tcp,amqp 5672/tcp,x11=x11-0 6000/tcp,x11-1 6001/tcp,redis 6379/tcp,syslog-tls 6514/tcp,babel 6696/udp,' +
  'ircd 6667/tcp,ircs-u 6697/tcp,bbs 7000/tcp,afs3-fileserver 7000/udp,font-service=xfs 7100/tcp,zope-ftp 8021/tcp,' +
  'http-alt=webcache 8080/tcp,tproxy 8081/tcp,omniorb 8088/tcp,puppet 8140/tcp,clc-build-daemon 8990/tcp,' +
  'bacula-dir 9101/tcp,bacula-fd 9102/tcp,bacula-sd 9103/tcp,git 9418/tcp,webmin 10000/tcp,zabbix-agent 10050/tcp,' +
  'zabbix-trapper 10051/tcp,amanda 10080/tcp,nbd 10809/tcp,hkp 11371/tcp,csync2 30865/tcp'

const portOf = new Map<string, number>()
const nameOf = new Map<string, string>()

for (const entry of SERVICES.split(',')) {
  const [, spellings, number, only] = /^(\S+) (\d+)(?:\/(\w+))?$/.exec(entry) ?? []
  const names = spellings.split('=')
  for (const proto of only ? [only] : ['tcp', 'udp']) {
    for (const name of names)
      if (!portOf.has(`${name}/${proto}`)) portOf.set(`${name}/${proto}`, Number(number))
    nameOf.set(`${number}/${proto}`, names[0])
  }
}

/** The port of a service. `proto` null: of any protocol, TCP first. */
export function servicePort(name: string, proto: string | null): number | null {
  if (proto !== null) return portOf.get(`${name}/${proto}`) ?? null
  return portOf.get(`${name}/tcp`) ?? portOf.get(`${name}/udp`) ?? null
}

/** A port as a listing shows it. */
export function portText(port: number, proto: string, numeric: boolean): string {
  return (numeric ? undefined : nameOf.get(`${port}/${proto}`)) ?? String(port)
}
