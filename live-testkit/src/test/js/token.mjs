// Makes a token with the key, and talks with it alone; prints what came.
import {GoogleGenAI} from '@google/genai';

const httpOptions = {baseUrl: process.argv[2], apiVersion: 'v1alpha'};
const owner = new GoogleGenAI({apiKey: 'test-api-key', httpOptions});
const token = await owner.authTokens.create({
  config: {
    uses: 1,
    liveConnectConstraints: {
      model: 'gemini-3.8-live',
      config: {
        responseModalities: ['AUDIO'],
        systemInstruction: 'Be kind.',
        outputAudioTranscription: {},
      },
    },
  },
});
const guest = new GoogleGenAI({apiKey: token.name, httpOptions});

async function talk() {
  const seen = {transcript: ''};
  let over;
  const done = new Promise((resolve) => (over = resolve));
  const session = await guest.live.connect({
    model: 'gemini-3.1-flash-live-preview',
    config: {systemInstruction: 'Be rude.'},
    callbacks: {
      onmessage: (message) => {
        const content = message.serverContent;
        seen.transcript += content?.outputTranscription?.text ?? '';
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
  return seen;
}

const first = await talk();
const second = await talk().catch((error) => ({error: error.message}));
console.log(JSON.stringify({name: token.name, first, second}));
