"""Waveform to voice timeline: find speech, MFCC, predict."""
