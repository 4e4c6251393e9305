/** What `help` says. `ip` itself has the real text; the objects have a synopsis of what this lab has of them. */

export const IP_USAGE = `Usage: ip [ OPTIONS ] OBJECT { COMMAND | help }
       ip [ -force ] -batch filename
where  OBJECT := { address | addrlabel | amt | fou | help | ila | ioam | l2tp |
                   link | macsec | maddress | monitor | mptcp | mroute | mrule |
                   neighbor | neighbour | netconf | netns | nexthop | ntable |
                   ntbl | route | rule | sr | tap | tcpmetrics |
                   token | tunnel | tuntap | vrf | xfrm }
       OPTIONS := { -V[ersion] | -s[tatistics] | -d[etails] | -r[esolve] |
                    -h[uman-readable] | -iec | -j[son] | -p[retty] |
                    -f[amily] { inet | inet6 | mpls | bridge | link } |
                    -4 | -6 | -M | -B | -0 |
                    -l[oops] { maximum-addr-flush-attempts } | -br[ief] |
                    -o[neline] | -t[imestamp] | -ts[hort] | -b[atch] [filename] |
                    -rc[vbuf] [size] | -n[etns] name | -N[umeric] | -a[ll] |
                    -c[olor]}
`

export const ADDRESS_HELP = `Usage: ip address {add|change|replace} IFADDR dev IFNAME
       ip address del IFADDR dev IFNAME
       ip address flush [ dev IFNAME ] [ scope SCOPE-ID ] [ to PREFIX ]
                        [ label LABEL ] [up]
       ip address [ show [ dev IFNAME ] [ scope SCOPE-ID ] [ to PREFIX ]
                         [ primary | secondary ] [ label LABEL ] [up] ]
IFADDR := PREFIX [ broadcast ADDR ] [ label IFNAME ]
SCOPE-ID := [ host | global ]
`

export const VETH_HELP = `Usage: ip link <options> type veth [peer <options>]
To get <options> type 'ip link add help'
`

export const LINK_HELP = `Usage: ip link add [ name ] DEVICE [ address LLADDR ] [ mtu MTU ]
                   type { bridge | veth [ peer [ name ] DEVICE [ address LLADDR ] ] }
       ip link delete DEVICE
       ip link set { DEVICE | dev DEVICE } [ { up | down } ] [ mtu MTU ]
                   [ name NEWNAME ] [ address LLADDR ]
                   [ master BRIDGE | nomaster ]
                   [ type bridge_slave hairpin { on | off } ]

	ip link show [ DEVICE ] [up]
`

export const ROUTE_HELP = `Usage: ip route { list | flush } SELECTOR
       ip route get ADDRESS [ from ADDRESS iif STRING ] [ oif STRING ]
       ip route { add | del | change | append | replace } ROUTE
SELECTOR := [ root PREFIX ] [ match PREFIX ] [ exact PREFIX ]
            [ dev STRING ] [ via ADDRESS ] [ src ADDRESS ]
            [ table { TABLE_ID | all } ] [ proto RTPROTO ]
            [ type TYPE ] [ scope SCOPE ]
ROUTE := [ TYPE ] PREFIX [ via ADDRESS ] [ dev STRING ] [ src ADDRESS ]
         [ metric METRIC ] [ table TABLE_ID ] [ proto RTPROTO ] [ scope SCOPE ]
TYPE := { unicast | unreachable | prohibit | blackhole }
SCOPE := [ link | global ]
RTPROTO := [ kernel | boot | static ]
`

export const RULE_HELP = `Usage: ip rule { add | del } SELECTOR ACTION
       ip rule { flush | list [ SELECTOR ] }
SELECTOR := [ not ] [ from PREFIX ] [ to PREFIX ] [ tos TOS ] [ fwmark FWMARK[/MASK] ]
            [ iif STRING ] [ oif STRING ] [ pref NUMBER ]
ACTION := { table TABLE_ID | blackhole | unreachable | prohibit }
`

export const NEIGH_HELP = `Usage: ip neigh { add | change | replace } ADDR lladdr LLADDR dev DEV
       ip neigh del ADDR dev DEV
       ip neigh { show | flush } [ to PREFIX ] [ dev DEV ]
`
