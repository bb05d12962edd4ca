"""What documents 002 and 003 print on transfer learning, counted again: VGG16's table, four accuracies."""
