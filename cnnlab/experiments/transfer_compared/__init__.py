"""Tables and figures of several experiments on transfer learning side by side."""
