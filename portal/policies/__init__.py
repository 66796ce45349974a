"""The pages on which buyers read policies, and managers make them and see what they would have done."""
