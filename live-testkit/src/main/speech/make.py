#!/usr/bin/env python3
"""Makes the bundled speech with flite and sox. Run it in this folder after changing the phrases."""

import json
import pathlib
import subprocess
import wave

OUT = pathlib.Path("../resources/io/github/geminilive/testkit/speech")

USER = {
    "question": "What is the weather like in Lisbon today?",
    "interruption": "Stop, thank you. That is all I wanted to know.",
}

NUMBERS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen"
    " fifteen sixteen seventeen eighteen nineteen twenty thirty"
).split()

MODEL = [
    "In Lisbon it is",
    "In Lisbon it is sunny today, and pleasantly warm.",
    "The wind is light and comes from the north west.",
    "Later in the afternoon a few clouds may pass over the river,",
    "but it will stay dry until late in the evening.",
    "Tomorrow will be much the same, so you will not need an umbrella.",
    "You are welcome. Have a nice day.",
    "Hello. I can tell you about the weather.",
    "What would you like to know?",
    "The weather service says",
    "degrees",
    "and",
    "minus",
    "today",
    "sunny",
    "cloudy",
    "rainy",
    "partly cloudy",
] + NUMBERS

TRIM = "silence 1 0.01 0.3% reverse silence 1 0.01 0.3% reverse"


def speak(voice, text, file, rate, effects=""):
    raw = file.with_suffix(".raw.wav")
    subprocess.run(["flite", "-voice", voice, "-t", text, "-o", str(raw)], check=True)
    subprocess.run(
        ["sox", "-D", str(raw), "-r", str(rate), "-b", "16", "-c", "1", str(file)]
        + ["gain", "-2"]
        + effects.split(),
        check=True,
    )
    raw.unlink()


def millis(file):
    with wave.open(str(file)) as w:
        return w.getnframes() * 1000 // w.getframerate()


def timed(text, length):
    """Spreads the words over the time by their lengths."""
    words, at, total = [], 0, len(text) + 1
    for word in text.split():
        words.append({"text": word, "startMs": at * length // total})
        at += len(word) + 1
    return words


def main():
    for old in OUT.glob("*.wav"):
        old.unlink()
    index = {"user": [], "model": []}
    for name, text in USER.items():
        file = OUT / f"{name}.wav"
        speak("rms", text, file, 16000)
        index["user"].append({"file": file.name, "text": text})
    for number, text in enumerate(MODEL, 1):
        file = OUT / f"phrase-{number:02}.wav"
        speak("slt", text, file, 24000, TRIM)
        length = millis(file)
        index["model"].append({"file": file.name, "text": text, "words": timed(text, length)})
    (OUT / "index.json").write_text(json.dumps(index, indent=1) + "\n")


main()
