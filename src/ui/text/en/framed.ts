/** The page inside another page. */
export const framed = {
  start: 'Start the lab',
  failed: 'The lab did not start here. It opens in a page of its own:',
  sandbox: 'Linux NAT, packet by packet',
  sandboxAbout:
    'Hosts, a gateway, and a terminal for each: type iptables commands and watch packets cross them.',
}
