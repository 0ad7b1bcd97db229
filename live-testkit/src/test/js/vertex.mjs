// Talks to Vertex AI in express mode; prints what came.
import {GoogleGenAI} from '@google/genai';

const client = new GoogleGenAI({
  vertexai: true,
  apiKey: 'test-api-key',
  httpOptions: {baseUrl: process.argv[2]},
});
const seen = {transcript: ''};
let over;
const done = new Promise((resolve) => (over = resolve));
const session = await client.live.connect({
  model: 'gemini-3.8-live',
  config: {outputAudioTranscription: {}, explicitVadSignal: true},
  callbacks: {
    onmessage: (message) => {
      const content = message.serverContent;
      seen.sessionId = message.setupComplete?.sessionId ?? seen.sessionId;
      seen.transcript += content?.outputTranscription?.text ?? '';
      seen.tokens = message.usageMetadata?.responseTokenCount ?? seen.tokens;
      if (content?.turnComplete) {
        over();
      }
    },
    onerror: (error) => {
      seen.error = String(error.message);
      over();
    },
    onclose: () => over(),
  },
});
session.sendClientContent({turns: 'Hello?'});
await done;
session.close();
console.log(JSON.stringify(seen));
