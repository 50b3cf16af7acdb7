from . import lane, inbox, inbound, outbound, gate, poll, watch
