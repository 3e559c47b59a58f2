"""The parts of the check of one sentence: its words, its figures, what it denies, its order and its subjects."""
