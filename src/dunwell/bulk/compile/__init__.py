"""Rules as data, compiled to SQL for a whole book; core is the meaning, tests hold both equal."""
