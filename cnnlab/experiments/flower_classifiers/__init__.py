"""What the experiments that train a classifier of flowers share: types of results, numbers, figures."""
