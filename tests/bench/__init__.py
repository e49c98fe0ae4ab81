"""The long harnesses: too slow for every change, run by hand or at night, each with figures on its last line.

They share their parts with the short runs of the suite, where each proves that it finds a planted bug.
"""
