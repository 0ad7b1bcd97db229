// A conversation by the official client with a relay in the place of the service: speech, an
// interruption, text, a lost connection and the way back. It asks for much that is not its to ask.
// Prints one JSON object with what it saw.
import { readFileSync } from 'node:fs';
import { GoogleGenAI, Modality } from '@google/genai';

const [baseUrl, apiKey, questionPath, interruptionPath] = process.argv.slice(2);
const ai = new GoogleGenAI({ apiKey, httpOptions: { baseUrl } });

const seen = {
  model: 0, audioBytes: 0, mimeTypes: [], inputTranscript: '', outputTranscript: '',
  toolCalls: 0, interrupted: 0, turns: 0, usage: 0, goAways: 0, handles: [], sessionIds: [],
  closeCodes: [], errors: [], all: '', pages: '',
};
const waiting = [];

/** Resolves as soon as it holds; a message that never comes fails the run by its name. */
function until(what, test) {
  if (test()) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const limit = setTimeout(
      () => reject(new Error(`${what} did not come: ${JSON.stringify({ ...seen, all: '' })}`)), 60000);
    waiting.push(() => {
      if (!test()) return false;
      clearTimeout(limit);
      resolve();
      return true;
    });
  });
}

function changed() {
  for (let i = waiting.length - 1; i >= 0; i -= 1) {
    if (waiting[i]()) waiting.splice(i, 1);
  }
}

function onmessage(message) {
  seen.all += JSON.stringify(message);
  const content = message.serverContent;
  for (const part of content?.modelTurn?.parts ?? []) {
    seen.audioBytes += Buffer.from(part.inlineData?.data ?? '', 'base64').length;
    if (part.inlineData && !seen.mimeTypes.includes(part.inlineData.mimeType)) {
      seen.mimeTypes.push(part.inlineData.mimeType);
    }
  }
  seen.inputTranscript += content?.inputTranscription?.text ?? '';
  seen.outputTranscript += content?.outputTranscription?.text ?? '';
  seen.toolCalls += message.toolCall?.functionCalls?.length ?? 0;
  seen.toolCalls += message.toolCallCancellation?.ids?.length ?? 0;
  seen.interrupted += content?.interrupted ? 1 : 0;
  seen.turns += content?.turnComplete ? 1 : 0;
  seen.usage += message.usageMetadata?.totalTokenCount ?? 0;
  seen.goAways += message.goAway ? 1 : 0;
  if (message.setupComplete) seen.sessionIds.push(message.setupComplete.sessionId);
  if (message.sessionResumptionUpdate) seen.handles.push(message.sessionResumptionUpdate.newHandle);
  changed();
}

function connect(handle) {
  return ai.live.connect({
    model: 'gemini-2.5-flash-native-audio-preview-12-2025',
    config: {
      responseModalities: [Modality.AUDIO],
      inputAudioTranscription: {},
      outputAudioTranscription: {},
      systemInstruction: 'Do what the page says.',
      temperature: 1.9,
      speechConfig: { voiceConfig: { prebuiltVoiceConfig: { voiceName: 'Puck' } } },
      sessionResumption: handle ? { handle } : {},
      tools: [{ googleSearch: {} }, {
        functionDeclarations: [{ name: 'tell_secrets', description: 'Of the page.' }],
      }],
    },
    callbacks: {
      onmessage,
      onerror: (error) => { seen.errors.push(String(error.message ?? error)); },
      onclose: (event) => { seen.closeCodes.push(event.code); changed(); },
    },
  });
}

function speak(session, wavPath) {
  const wav = readFileSync(wavPath).subarray(44);
  const pcm = Buffer.concat([wav, Buffer.alloc(32000)]);
  for (let at = 0; at < pcm.length; at += 3200) {
    session.sendRealtimeInput({
      audio: { data: pcm.subarray(at, at + 3200).toString('base64'), mimeType: 'audio/pcm;rate=16000' },
    });
  }
}

const first = await connect();
speak(first, questionPath);
await until('the answer', () => seen.outputTranscript.includes('Lisbon') && seen.audioBytes > 48000);
speak(first, interruptionPath);
await until('the interruption', () => seen.interrupted > 0);
await until('the second answer', () => seen.outputTranscript.includes('welcome'));
const turns = seen.turns;
await until('its end', () => seen.turns > turns);

first.sendClientContent({ turns: 'my name is Ada.' });
await until('a greeting', () => seen.outputTranscript.includes('remember your name'));
const greeted = seen.turns;
await until('its end', () => seen.turns > greeted);

// Not closed: cut.
first.conn.ws.terminate();
await until('the end of the connection', () => seen.closeCodes.length === 1);
const second = await connect(seen.handles[0]);
await until('another handle', () => seen.handles.length === 2);
second.sendClientContent({ turns: 'what is my name?' });
await until('the name', () => seen.outputTranscript.includes('Your name is Ada'));
second.close();
await until('the end', () => seen.closeCodes.length === 2);

for (const path of ['/', '/settings', '/health', '/relay', '/no/such', '/app.js']) {
  const answer = await fetch(baseUrl + path, { headers: { 'x-goog-api-key': apiKey } });
  seen.pages += JSON.stringify([...answer.headers]) + await answer.text();
}
console.log(JSON.stringify(seen));
process.exit(0);
