"""The fast scorer: the n-grams' idea for archives of millions of comments, a batch at a time in arrays.

A word is looked at once and remembered; a text is then numbers, and its features are hashes of neighbouring numbers.
"""
