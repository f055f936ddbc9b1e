"""The wizard: everything that knows Textual."""

import os

# Textual draws a change up to two frames after its key: at 60 frames a second that is felt.
os.environ.setdefault("TEXTUAL_FPS", "120")
