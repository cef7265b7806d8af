"""Forms out of shapes: what a form of certificates and reports asks, and how contents go into its fields and back.

Nothing here knows of pages or requests. The schemas in ``contracts`` say which fields there are and what each takes;
``words`` says how each is called and in which section it stands; a test holds the one against the other.
"""
