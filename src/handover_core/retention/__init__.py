"""Retention and erasure: how long records about persons are kept, what stops their erasure, and the erasure itself."""
