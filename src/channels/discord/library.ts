/** discord.js, loaded when it is first needed: it costs half a second and a hundred megabytes. */
export const loadDiscord = () => import('discord.js');
export type DiscordJs = Awaited<ReturnType<typeof loadDiscord>>;
