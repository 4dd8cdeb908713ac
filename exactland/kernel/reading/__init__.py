"""From bytes to a certificate: the grammar of docs/reference/format.md, sections 1 to
3, and nothing besides.

Everything here is about form.
"""
