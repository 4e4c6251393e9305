/** The page inside another page. */
export const framed = {
  start: 'Start the lab',
  sandbox: 'Linux NAT, packet by packet',
  sandboxAbout:
    'Hosts, a gateway and a terminal for each: type iptables lines and watch a packet cross them.',
}
