// What the model can call when there is no server in between; the server has its own of these names.
const tools = {
  get_weather: ({ city }) => ({ city, temperature_celsius: 22, sky: 'sunny' }),
  set_light: ({ level = 100 }) => (level > 0 ? 'switched on' : 'switched off'),
};

/** Runs a function; whatever happens, there is an answer. */
export async function runTool(name, args) {
  if (!Object.hasOwn(tools, name)) {
    return { error: `There is no function ${name}.` };
  }
  try {
    return { output: await tools[name](args) };
  } catch {
    return { error: 'The function failed.' };
  }
}
