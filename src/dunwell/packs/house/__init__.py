"""House parameters: what the house decides where no rule does, one YAML file a parameter."""
