/** The script that finds where a kernel drops packets, as it lies on VM1 for stap. */
export const DROPWATCH = `#!/usr/bin/env stap

# Where does this kernel throw packets away? Whenever it frees one that nobody
# wants it calls kfree_skb, and says from where. This counts the places.

# place in the kernel -> packets that ended there
global locations

probe begin { printf("Monitoring for dropped packets\\n") }
probe end { printf("Stopping dropped packet monitor\\n") }

# One packet has come to its end: one more for the place that ended it.
probe kernel.trace("kfree_skb") { locations[$location] <<< 1 }

# Every five seconds: the places, the busiest first, and a fresh start.
probe timer.sec(5)
{
  printf("\\n")
  foreach (place in locations-) {
    printf("%d packets dropped at %s\\n", @count(locations[place]), symname(place))
  }
  delete locations
}
`
