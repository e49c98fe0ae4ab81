"""Mingbai (明白) turns checked datasets of village affairs into a public site; it never takes anything from residents.

The flow, which is also the reading order of the modules::

    portal → kinds → units, profiles, periods, workdays → filings → checks → privacy → duties
           → pages · search · downloads → releases → plugin
"""

__version__ = "0.1.0"
