"""The control plane under `/_emulator`: what a test or a demo does to the emulated world that no Twilio API does.

Start at `app.py`.
"""
