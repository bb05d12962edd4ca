"""What the experiments that train small networks on small pictures, with several seeds, do alike."""
