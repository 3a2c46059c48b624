"""Files → rows → documents, items and answers: `formats.read` is the door, `load` stores."""
