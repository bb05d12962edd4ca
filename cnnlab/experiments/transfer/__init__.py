"""What the experiments on transfer learning share: photos of two sets, types of the results, trainings, plots."""
