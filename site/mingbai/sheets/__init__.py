"""Turns the bytes that a clerk hands in into typed cells and findings; it judges no rule of a kind."""
