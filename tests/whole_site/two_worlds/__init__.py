"""The visibility invariant: what the hub sends to somebody depends only on what they may read."""
