"""Publishes filings for a clerk without a shell: drop the file, see what becomes of it, confirm; it judges nothing.

choosing ─► holding ─► answers ─► proposing ─► showing ─► sending, which pushes through the same gate as everybody.
"""
