// The twin as a process of its own: it says where it listens, then does what it is told by messages
// ({ id, call, with }) and answers each ({ id, is } or { id, error }).
import http from 'node:http';
import { Server } from 'node:net';

// It would listen on every address of the machine.
const { listen } = Server.prototype;
Server.prototype.listen = function (port, ...rest) {
  return listen.call(this, port, '127.0.0.1', ...rest.filter(one => typeof one === 'function'));
};
// Discord reads an encoded @ and gives the registered commands back; the twin does neither.
const { createServer } = http;
http.createServer = (...given) => {
  const answer = given.pop();
  return createServer(...given, (request, response) => {
    request.url = request.url.replaceAll('%40me', '@me');
    if (request.method !== 'GET' || !/\/applications\/\d+\/commands(\?|$)/.test(request.url))
      return answer(request, response);
    response.writeHead(200, { 'content-type': 'application/json' }).end('[]');
  });
};
const { DigitalDiscord } = await import('discord-digital-twin');

const [token, folder] = process.argv.slice(2);
const CHANNEL = '800000000000000001';
const MANAGER = '900000000000000001';
const discord = new DigitalDiscord({
  botToken: token,
  guild: { name: 'Embassy' },
  channels: [{ id: CHANNEL, name: 'trade-news', type: 0 }],
  users: [{ id: MANAGER, username: 'member' }],
  dbUrl: `file:${folder}/twin.db`,
});
await discord.start();

/** What an interaction was answered with: at once, or by changing what was promised. */
async function answered({ id }) {
  const channel = discord.channel(CHANNEL);
  const { type } = await channel.waitForInteractionAck({ interactionId: id });
  for (let tries = 0; tries < 200; tries++) {
    const { messageId, data } = await channel.getInteractionResponse(id);
    const message = messageId && (await channel.getMessages()).find(one => one.id === messageId);
    if (message && message.content !== '')
      return { type, flags: JSON.parse(data)?.flags ?? 0, content: message.content };
    await new Promise(done => setTimeout(done, 50));
  }
  throw new Error('nobody answered');
}

const calls = {
  // Answers to interactions, which one person alone sees, are kept beside what everybody sees.
  messages: async () => (await discord.channel(CHANNEL).getMessages()).filter(message => !message.webhook_id),
  commands: () => discord.prisma.applicationCommand.findMany(),
  slash: async ({ subcommand, options }) =>
    answered(
      await discord
        .channel(CHANNEL)
        .user(MANAGER)
        .runSlashCommand({
          name: 'gwanbo',
          options: [{ name: subcommand, type: 1, options }],
        }),
    ),
  press: async ({ message, button }) =>
    answered(await discord.channel(CHANNEL).user(MANAGER).clickButton({ messageId: message, customId: button })),
  erase: ({ message }) => discord.simulateUserMessageDelete({ messageId: message, channelId: CHANNEL }),
};

process.on('message', async ({ id, call, with: given }) => {
  try {
    process.send({ id, is: await calls[call](given) });
  } catch (error) {
    process.send({ id, error: String(error?.stack ?? error) });
  }
});
// Whoever started it is gone.
process.on('disconnect', () => process.exit(0));
process.send({ url: discord.restUrl, channel: CHANNEL });
