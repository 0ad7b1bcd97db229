// A conversation by the official client: speech, text, a tool call and its answer, then the end.
// Prints one JSON object with what it saw.
import { readFileSync } from 'node:fs';
import { GoogleGenAI, Modality } from '@google/genai';

const [baseUrl, wavPath] = process.argv.slice(2);
const ai = new GoogleGenAI({ apiKey: 'test-api-key', httpOptions: { baseUrl } });

const seen = {
  opened: false, inputTranscript: '', outputTranscript: '', audioBytes: 0, mimeTypes: [],
  toolCalls: [], turns: 0, responseTokens: 0, closeCode: null,
};
const done = {};
const closed = new Promise((resolve) => { done.closed = resolve; });
let turnEnded;
const nextTurn = () => new Promise((resolve) => { turnEnded = resolve; });

const session = await ai.live.connect({
  model: 'gemini-3.8-live',
  config: {
    responseModalities: [Modality.AUDIO],
    inputAudioTranscription: {},
    outputAudioTranscription: {},
    systemInstruction: 'You are a helpful assistant.',
    sessionResumption: {},
    tools: [{
      functionDeclarations: [{
        name: 'get_weather',
        description: 'Tells the weather.',
        parametersJsonSchema: { type: 'object', properties: { city: { type: 'string' } } },
      }],
    }],
  },
  callbacks: {
    onopen: () => { seen.opened = true; },
    onmessage: (message) => {
      for (const call of message.toolCall?.functionCalls ?? []) {
        seen.toolCalls.push({ name: call.name, args: call.args });
        session.sendToolResponse({
          functionResponses: [{
            id: call.id, name: call.name, response: { temperature: 22, condition: 'sunny' },
          }],
        });
      }
      const content = message.serverContent;
      for (const part of content?.modelTurn?.parts ?? []) {
        seen.audioBytes += Buffer.from(part.inlineData?.data ?? '', 'base64').length;
        if (part.inlineData && !seen.mimeTypes.includes(part.inlineData.mimeType)) {
          seen.mimeTypes.push(part.inlineData.mimeType);
        }
      }
      seen.inputTranscript += content?.inputTranscription?.text ?? '';
      seen.outputTranscript += content?.outputTranscription?.text ?? '';
      seen.responseTokens += message.usageMetadata?.responseTokenCount ?? 0;
      if (content?.turnComplete) {
        seen.turns += 1;
        turnEnded?.();
      }
    },
    onerror: (error) => { seen.error = String(error.message ?? error); },
    onclose: (event) => { seen.closeCode = event.code; done.closed(); },
  },
});

// Two may end in one go.
const turns = async (count) => {
  while (seen.turns < count) {
    await nextTurn();
  }
};

// The weather takes two turns: the call does not block, so the first one ends with it.
const wav = readFileSync(wavPath).subarray(44);
const pcm = Buffer.concat([wav, Buffer.alloc(32000)]);
for (let at = 0; at < pcm.length; at += 3200) {
  session.sendRealtimeInput({
    audio: { data: pcm.subarray(at, at + 3200).toString('base64'), mimeType: 'audio/pcm;rate=16000' },
  });
}
await turns(2);

session.sendClientContent({ turns: 'Goodbye!', turnComplete: true });
await turns(3);

session.close();
await closed;
console.log(JSON.stringify(seen));
